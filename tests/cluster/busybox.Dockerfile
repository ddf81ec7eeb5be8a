# The image of test pods and of pod sandboxes: a static busybox. Without a command it sleeps, and ends at once when it is told to.
FROM scratch
COPY . /
ENV PATH=/bin
CMD ["sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"]
