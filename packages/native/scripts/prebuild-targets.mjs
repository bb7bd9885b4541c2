/** The kinds of machine that a release of @honker/native has binaries for, as src/target.ts names them. */
export const targets = [
  'linux-x64-glibc',
  'linux-arm64-glibc',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
];

/** @param {string} target or a `process.platform` */
export function filesOf(target) {
  const [platform] = target.split('-');
  const suffix = { win32: 'dll', darwin: 'dylib' }[platform] ?? 'so';
  return { extension: `libhonker_ext.${suffix}`, addon: 'honker.node' };
}

/** Every file of a release, relative to the package. */
export const releasedFiles = targets.flatMap((target) =>
  Object.values(filesOf(target)).map((file) => `prebuilds/${target}/${file}`),
);
