/** Builds the extension and the addon for this machine into build/. */
import { buildForThisMachine, releaseFlags } from './compiler.mjs';

buildForThisMachine(releaseFlags);
