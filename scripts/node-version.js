// Plain JavaScript that any Node can parse: says in one line that a newer one is needed, instead of failing on syntax.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  console.error(
    `Mintmark needs Node 24.9 or newer; this is ${process.version}. ` +
      'Run it by `npm run …` or `npx mintmark …` after `npm ci` (they bring it on x64 Linux), or see .node-version.',
  );
  process.exit(1);
}
