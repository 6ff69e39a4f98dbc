/** Makes what is due by the clock, every 2 ms, for some seconds: a candidate that blocks the loop has to catch up. */
export function pace(seconds, spansPerSecond, makeSpan) {
  const total = seconds * spansPerSecond;
  const start = performance.now();
  let made = 0;
  return new Promise((resolve) => {
    const turn = () => {
      const due = Math.min(total, Math.ceil(((performance.now() - start) * spansPerSecond) / 1000));
      while (made < due) makeSpan(made++);
      if (made < total) setTimeout(turn, 2);
      else resolve();
    };
    turn();
  });
}
