# One image for every Prefstream service and command. Build the jars first:
#
#   mvn -q -DskipTests package && docker build --tag prefstream .
#
# The tests stay outside: they start brokers and take minutes, and `mvn verify` is their place.
FROM eclipse-temurin:17-jre

# A fixed id, so that volumes and Kubernetes' runAsUser can name it; 1000 is taken in the base image.
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/prefstream --create-home \
      --shell /usr/sbin/nologin prefstream

COPY deploy/image/ /opt/prefstream/bin/
COPY models/ /opt/prefstream/models/
COPY cli/target/prefstream/ /opt/prefstream/

# Only what a container needs otherwise than a shell on a laptop does; docs/configuration.md has the rest.
ENV PATH=/opt/prefstream/bin:$PATH \
    PREFSTREAM_HTTP_HOST=0.0.0.0 \
    PREFSTREAM_HTTP_PORT=8080 \
    PREFSTREAM_STREAMS_STATE_DIR=/var/lib/prefstream/streams \
    PREFSTREAM_SCORER_MODELS=/opt/prefstream/models

USER 10001:10001
# State stores of Kafka Streams: mount a volume here for the services that have some. No VOLUME
# line, which would leave a nameless volume behind for every container of those that have none.
WORKDIR /var/lib/prefstream
EXPOSE 8080

# Ready, not merely alive: a service that waits for its brokers answers /livez and not /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=180s --retries=3 \
  CMD ["/opt/prefstream/bin/healthcheck"]

ENTRYPOINT ["/opt/prefstream/bin/prefstream"]
CMD ["--help"]
