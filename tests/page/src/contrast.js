// Every text with less contrast to what is behind it than WCAG 2.2 AA asks of it.
return (() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
  const behind = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const color = rgba(getComputedStyle(it).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const weak = new Map();
  let seen = 0;
  for (const element of document.body.querySelectorAll('*')) {
    const has = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!has || !element.checkVisibility()) continue;
    seen += 1;
    const style = getComputedStyle(element);
    const isDrawn = element instanceof SVGElement;
    const back = isDrawn ? rgba(getComputedStyle(element.previousElementSibling).fill) : behind(element);
    const found = ratio(rgba(isDrawn ? style.fill : style.color), back);
    const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    if (found < least) weak.set(`${element.tagName}.${element.getAttribute('class')} in ${element.parentElement.getAttribute('class')}: ${found.toFixed(2)}`, element.textContent);
  }
  return [seen > 100, ...weak.keys()];
})();
