import { ensureBuilt } from '/tmp/wt/trees/services/wallboard/build.ts';
console.log(await ensureBuilt());
