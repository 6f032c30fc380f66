// What a reader of npm makes of images: affine (RAS) and voxels, as a JSON object a line.
// usage: node read_by_npm.mjs nifti-reader-js|itk-wasm FILE...
import {readFileSync} from 'node:fs';

const [reader, ...files] = process.argv.slice(2);

async function by_nifti_reader(file) {
  const nifti = await import('nifti-reader-js');
  const bytes = readFileSync(file);
  let buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (nifti.isCompressed(buffer)) buffer = nifti.decompress(buffer);
  const header = nifti.readHeader(buffer);
  const types = {4: Int16Array, 512: Uint16Array, 8: Int32Array, 16: Float32Array};
  const voxels = new types[header.datatypeCode](nifti.readImage(header, buffer));
  return {affine: header.affine.slice(0, 3), voxels: Array.from(voxels)};
}

async function by_itk_wasm(file) {
  const {readImageNode} = await import('@itk-wasm/image-io');
  const image = await readImageNode(file);
  const affine = [0, 1, 2].map((row) => {
    const sign = row < 2 ? -1 : 1;  // ITK has LPS
    return [0, 1, 2].map((axis) => sign * image.direction[3 * row + axis] * image.spacing[axis]).concat(sign * image.origin[row]);
  });
  return {affine, voxels: Array.from(image.data)};
}

for (const file of files) console.log(JSON.stringify(await (reader === 'itk-wasm' ? by_itk_wasm : by_nifti_reader)(file)));
process.exit(0);  // itk-wasm keeps its workers
