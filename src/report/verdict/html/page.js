// Filters of the matrix and of what was found. Without this script both stand there whole.
(() => {
  'use strict';
  const form = document.getElementById('filters');
  const shown = document.getElementById('shown');
  const none = document.getElementById('none');
  const table = document.querySelector('#matrix table');
  const details = [...document.querySelectorAll('#found details')];
  const detailOf = new Map(details.map((detail) => ['#' + detail.lastElementChild.id, detail]));
  const rows = [...table.tBodies[0].rows].map((row) => {
    const link = row.cells[0].querySelector('a');
    return { row, detail: link && detailOf.get(link.getAttribute('href')), text: null };
  });

  const textOf = (it) => {
    it.text ??= (it.row.cells[0].textContent + ' ' + (it.detail ? it.detail.textContent : '')).toLowerCase();
    return it.text;
  };

  const apply = () => {
    const wanted = new FormData(form);
    const words = wanted.get('text').toLowerCase().split(/\s+/).filter(Boolean);
    const is = (name, value) => !wanted.get(name) || wanted.get(name) === value;
    let count = 0;
    for (const it of rows) {
      const data = it.row.dataset;
      const fits = is('namespace', data.n) && is('kind', data.k) && is('state', data.s) && is('decision', data.d)
        && (!wanted.get('new') || 'new' in data) && words.every((word) => textOf(it).includes(word));
      it.row.hidden = !fits;
      if (it.detail) it.detail.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = `${count} of ${rows.length} workloads`;
    none.hidden = count > 0;
  };

  // One change after another within a frame is one change.
  let waiting = 0;
  const soon = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(apply); };
  form.addEventListener('input', soon);
  form.addEventListener('reset', () => setTimeout(apply));
  form.addEventListener('submit', (event) => event.preventDefault());

  // On paper nobody can open anything.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = details.filter((detail) => !detail.open);
    closed.forEach((detail) => { detail.open = true; });
  });
  addEventListener('afterprint', () => closed.forEach((detail) => { detail.open = false; }));

  form.hidden = false;
  apply();
})();
