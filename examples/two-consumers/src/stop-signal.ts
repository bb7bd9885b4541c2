/** Fires at Ctrl-C, at SIGTERM, and when the program that started this one is gone. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) {
    process.once(event, () => stopping.abort());
  }
  if (process.connected === false) stopping.abort(); // it died while this one was starting
  process.channel?.unref(); // listening for the end of its starter is nothing to live on for
  return stopping.signal;
}
