# The image: one static binary, no shell, no package, no root.
#
#   docker build --tag hostfit .        builds from source
#   make image                          the same final stage around the binary that cargo built on this machine
#                                       (buildah, no daemon): what the tests install in their cluster

FROM rust:1-alpine AS build
WORKDIR /src
COPY . .
# The caches live with the builder and not in a layer: after a change only what changed is compiled again.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin hostfit && install -D target/release/hostfit /out/hostfit

FROM scratch
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Hostfit" \
      org.opencontainers.image.description="Tells at admission which workloads do not fit the operating system of the nodes they can land on" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /out/hostfit /hostfit
USER 65532:65532
EXPOSE 8443 8081
ENTRYPOINT ["/hostfit"]
