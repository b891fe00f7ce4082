// HEALTHCHECK of the image: asks the service in this container, on the port that only operators reach.
const port = process.env.SAPWOOD_METRICS_PORT ?? '9464';
const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
