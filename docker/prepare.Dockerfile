# dcmflow with what --prepare and its options need: the operator's image, ITK and dcmflow-prepare. From the root of the sources, behind
# docker/Dockerfile: docker build -t dcmflow:prepare -f docker/prepare.Dockerfile .   or: ./dev image --prepare
ARG BASE=debian:bookworm-slim
ARG DCMFLOW=dcmflow:latest

FROM ${BASE} AS build
WORKDIR /src
COPY docker/packages.txt docker/install-deps.sh docker/
RUN docker/install-deps.sh build prepare-build
COPY . .
RUN cmake -S . -B build/release -G Ninja -DCMAKE_BUILD_TYPE=Release -DDCMFLOW_TESTS=OFF \
 && cmake --build build/release --target dcmflow-prepare \
 && strip build/release/dcmflow-prepare

FROM ${DCMFLOW}
USER root
COPY docker/packages.txt docker/install-deps.sh /tmp/docker/
RUN /tmp/docker/install-deps.sh prepare \
 && apt-get clean \
 && rm -rf /tmp/docker /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
COPY --from=build /src/build/release/dcmflow-prepare /opt/holoscan/app/
USER 10001:10001
