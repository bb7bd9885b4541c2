/** `npm run -s extension-path`: where the extension is, for whoever loads it from elsewhere. */
import { extensionPath } from '@honker/native';

console.log(extensionPath());
