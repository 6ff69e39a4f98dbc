// Since the process began; what is before the program is part of it.
console.log(JSON.stringify({ millis: performance.now() }));
