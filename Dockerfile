# The program alone, without a shell or any other tool, for one user and with one writable folder.
#
#   docker build -t reconcile --build-arg REVISION="$(git rev-parse --short=12 HEAD)" .
#   docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges --env-file .env --stop-timeout 30 \
#     -v ./manifests:/manifests:ro -v reconcile-state:/var/lib/reconcile -v ./buffer:/buffer reconcile
#
# podman and buildah leave out the health check unless told --format docker.
FROM debian:bookworm-slim AS build
# A build that is to share a compiler cache with another runs under the other's path.
ARG SOURCE=/src
WORKDIR ${SOURCE}
COPY tools/bootstrap.sh tools/packages.txt tools/
RUN tools/bootstrap.sh build && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY . .
ARG REVISION=unknown
ARG JOBS=2
# A compiler cache takes other words for another compilation.
ARG CCACHE_BASEDIR=""
ARG LANG
ARG LC_ALL
ENV CCACHE_DIR=/ccache
RUN cmake --preset release --log-level=WARNING -DRECONCILE_REVISION="${REVISION}" \
  && cmake --build --preset release --target reconcile -j "${JOBS}" \
  && tools/image-root.sh build/release/reconciler/cli/reconcile /image \
  && mkdir /state

FROM scratch
ARG REVISION=unknown
ARG VERSION=unknown
LABEL org.opencontainers.image.title="reconcile" \
      org.opencontainers.image.description="Keeps a bucket, a buffer and an on-chain commitment in agreement with a manifest" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image /
# So that a volume that is mounted here for the first time belongs to the right user.
COPY --from=build --chown=65532:65532 /state /var/lib/reconcile
# The lock between processes lies below TMPDIR: nothing but the state has to be writable.
ENV RECONCILE_STATE_DIR=/var/lib/reconcile TMPDIR=/var/lib/reconcile HOME=/var/lib/reconcile
WORKDIR /var/lib/reconcile
USER 65532:65532
ENTRYPOINT ["/reconcile"]
CMD ["--loop", "-f", "/manifests", "--listen", "127.0.0.1:9464"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["/reconcile", "status", "--probe"]
