// What the viewer of `dcmflow serve` shows in a browser: each format has the same values at the same places, pictures lie as the letters say,
// names of files and series stay text, nothing is asked of another origin, what cannot be shown is told.
// usage: node viewer_test.mjs CHROMIUM SERVER FOLDER SCREENSHOTS; SERVER is dcmflow, FOLDER holds the ramp cases converted into each format.
import assert from 'node:assert/strict';
import {cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {open_browser, violations} from './browser.mjs';
import {linear, nearest, place_of, read_nifti} from './nifti_truth.mjs';
import {ended, go, number, open_viewer, serve as serve_with, serving, settled, told} from './viewer_page.mjs';

const [chromium, server, folder, shots] = process.argv.slice(2);
mkdirSync(shots, {recursive: true});
const serve = (output) => serve_with(server, output);

// The image of a ramp case; the name of a case is the folder of its files.
function image_of(output, name, which = 0) {
  const {volumes} = JSON.parse(readFileSync(`${output}/volumes.json`, 'utf8'));
  const found = volumes.filter((one) => one.slices[0].file.startsWith(`${name}/`));
  assert.ok(found[which], `${output} has an image of ${name}`);
  return found[which];
}

function close(a, b, most) {
  return Math.abs(a - b) <= most;
}

function same_value(text, wanted, what) {
  const words = Array.isArray(wanted) ? `red ${wanted[0]}, green ${wanted[1]}, blue ${wanted[2]}` : null;
  if (words) assert.equal(text, words, what);
  else assert.ok(close(number(text), wanted, 1e-6 * Math.abs(wanted) + 1e-6), `${what}: ${text}, not ${wanted}`);
}

const CASES = ['axial', 'coronal', 'sagittal_upside_down', 'doubly_oblique', 'anisotropic_oblique', 'bits_u16', 'bits_s32', 'slope_of_each_slice',
  'rgb', 'temporal_position', 'tilt_oblique', 'one_slice'];
const SHEARED = ['tilt_oblique'];  // no matter for MetaImage, which cannot say it
const FORMATS = ['nii', 'nii.gz', 'mhd', 'mha', 'nrrd', 'nrrd-gzip', 'hdr'];

// In each format the value at a place is that of the NIfTI file, which is read here by other means.
async function check_formats(browser) {
  for (const format of FORMATS) {
    const output = `${folder}/${format}`;
    const {page, seen, context} = await open_viewer(browser, await serve(output));
    for (const name of CASES.filter((one) => !(SHEARED.includes(one) && /^mh/.test(format)))) {
      const truth = read_nifti(`${folder}/nii/${image_of(`${folder}/nii`, name).file}`);
      const voxel = truth.size.map((count, axis) => Math.floor(count * [0.3, 0.7, 0.4][axis]));
      await go(page, {image: image_of(output, name).file, at: place_of(truth, voxel).join()});
      const {value, place, voxel: shown} = await told(page);
      const what = `${format}, ${name}`;
      assert.equal(shown, voxel.join(', '), what);
      same_value(value, nearest(truth, place_of(truth, voxel)), what);
      place_of(truth, voxel).forEach((mm, i) => assert.ok(close(place[i], mm, 0.06), `${what}: ${place} for ${place_of(truth, voxel)}`));
    }
    assert.deepEqual(seen, {elsewhere: [], errors: [], dialogs: 0}, format);
    await context.close();
  }
}

// The picture as pixels: [red, green, blue] at places of the page.
async function pixels(page, points) {
  const png = (await page.screenshot()).toString('base64');
  return page.evaluate(async ([data, list]) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    return list.map(([x, y]) => [...context.getImageData(Math.round(x), Math.round(y), 1, 1).data].slice(0, 3));
  }, [png, points]);
}

// Of each plane the axes that go to the right and down, and their signs in LPS: as radiologists look at it.
const PLANES = {RLAP: [[0, 1], [1, 1]], RLSI: [[0, 1], [2, -1]], APSI: [[1, 1], [2, -1]]};

// The planes, each with its box and its letters.
async function planes(page) {
  return page.locator('#marks .plane').evaluateAll((all) => all.map((one) => {
    const {left, top, width, height} = one.getBoundingClientRect();
    return {letters: [...one.querySelectorAll('span')].map((span) => span.textContent).join(''), left, top, width, height,
      cross: [one.querySelector('.along').getBoundingClientRect().left - left, one.querySelector('.across').getBoundingClientRect().top - top]};
  }));
}

// The world around a volume: the corners of all its voxels.
function extent(truth) {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => place_of(truth, truth.size.map((count, axis) => (bits >> axis & 1 ? count - 0.5 : -0.5))));
  return [0, 1, 2].map((axis) => [Math.min(...corners.map((one) => one[axis])), Math.max(...corners.map((one) => one[axis]))]);
}

// Where a click goes, and how bright the picture is there, as the letters say: radiological, straight in the world, oblique and sheared grids too.
async function check_planes(browser) {
  const output = `${folder}/nii.gz`;
  const {page, context} = await open_viewer(browser, await serve(output));
  for (const name of ['axial', 'doubly_oblique', 'sagittal_upside_down', 'tilt_oblique']) {
    const truth = read_nifti(`${folder}/nii/${image_of(`${folder}/nii`, name).file}`);
    const bounds = extent(truth);
    const middle = bounds.map(([low, high]) => (low + high) / 2);
    await go(page, {image: image_of(output, name).file, at: middle.join()});
    const {value_range: [low, high]} = image_of(output, name);
    for (const [id, value] of [['low', low], ['high', high]]) {
      await page.fill(`#${id}`, String(value));
      await page.press(`#${id}`, 'Enter');
    }
    const found = await planes(page);
    assert.deepEqual(found.map((one) => one.letters).sort(), Object.keys(PLANES).sort(), name);
    for (const plane of found) {
      const [[across, right], [along, down]] = PLANES[plane.letters];
      // Parts of the box → mm of the world.
      const place_at = (x, y) => {
        const place = [...middle];
        place[across] += right * (x - 0.5) * (bounds[across][1] - bounds[across][0]);
        place[along] += down * (y - 0.5) * (bounds[along][1] - bounds[along][0]);
        return place;
      };
      // Neither the cross in the middle nor the letters at the edges.
      const parts = [0.2, 0.34, 0.44, 0.56, 0.66, 0.8].flatMap((x) => [0.2, 0.34, 0.44, 0.56, 0.66, 0.8].map((y) => [x, y]))
        .filter(([x, y]) => linear(truth, place_at(x, y)) !== null);
      assert.ok(parts.length >= 4, `${name}: the middle of ${plane.letters} is in the volume`);
      const at = parts.map(([x, y]) => [plane.left + x * plane.width, plane.top + y * plane.height]);
      (await pixels(page, at)).forEach(([red, green, blue], i) => {
        const wanted = 255 * (linear(truth, place_at(...parts[i])) - low) / (high - low);
        assert.ok(red === green && green === blue && close(red, wanted, 6), `${name}, ${plane.letters} at ${parts[i]}: grey ${red}, not ${wanted}`);
      });
      const [x, y] = parts[0];  // within the volume: a click beside it goes to its edge
      await page.mouse.click(plane.left + x * plane.width, plane.top + y * plane.height);
      const {place} = await told(page);
      const pixel = Math.max(...bounds.map(([a, b]) => b - a)) / Math.min(plane.width, plane.height);
      place_at(x, y).forEach((mm, axis) => assert.ok(close(place[axis], mm, 1.5 * pixel + 0.06), `${name}: a click in ${plane.letters} goes to ${place}, not ${place_at(x, y)}`));
      const {cross} = (await planes(page)).find((one) => one.letters === plane.letters);
      assert.ok(close(cross[0], x * plane.width, 2) && close(cross[1], y * plane.height, 2), `${name}: the cross of ${plane.letters} stands at ${cross}`);
      await go(page, {image: image_of(output, name).file, at: middle.join()});
      await page.fill('#low', String(low));
      await page.press('#low', 'Enter');
      await page.fill('#high', String(high));
      await page.press('#high', 'Enter');
    }
  }
  await context.close();
}

async function check_volumes(browser) {
  const output = `${folder}/nii.gz`;
  const image = image_of(output, 'temporal_position');
  const truth = read_nifti(`${folder}/nii/${image_of(`${folder}/nii`, 'temporal_position').file}`);
  const place = place_of(truth, truth.size.map((count) => Math.floor(count / 2)));
  const {page, context} = await open_viewer(browser, await serve(output), `?${new URLSearchParams({image: image.file, at: place.join()})}`);
  assert.ok(image.volumes > 2);
  for (let volume = 0; volume < image.volumes; ++volume) {
    await page.fill('#volume', String(volume + 1));
    same_value((await told(page)).value, nearest(truth, place, volume), `volume ${volume + 1}`);
    assert.ok((await page.textContent('#volume-words')).startsWith(`Volume ${volume + 1} of ${image.volumes}`));
  }
  await context.close();
}

// Images over each other: grids that differ, labels, and those of two frames of reference.
async function check_overlays(browser) {
  const output = `${folder}/nii.gz`;
  const {page, seen, context} = await open_viewer(browser, await serve(output));
  const [base, over] = [0, 1].map((which) => image_of(output, 'two_orientations', which));
  const truth = [base, over].map((one) => read_nifti(`${folder}/nii/${one.file.replace(/\.gz$/, '')}`));
  const place = voxels_of(truth[1]).map((one) => place_of(truth[1], one)).find((one) => linear(truth[0], one) !== null);
  await go(page, {image: base.file, overlay: over.file, at: place.join()});
  const {value, overlay} = await told(page);
  assert.equal(overlay, String(nearest(truth[1], place)));
  same_value(value, nearest(truth[0], place), 'below the overlay');
  assert.ok(await page.isHidden('#warning'));
  await page.screenshot({path: `${shots}/overlay.png`});
  await page.fill('#opacity', '0');
  await page.selectOption('#overlay', '');
  await settled(page);
  assert.ok(!page.url().includes('overlay='), page.url());

  const segments = [0, 1].map((which) => image_of(output, 'two_segments', which));
  await go(page, {image: segments[0].file, overlay: segments[1].file});
  const mask = read_nifti(`${folder}/nii/${segments[1].file.replace(/\.gz$/, '')}`);
  const labelled = voxels_of(mask).find((one) => nearest(mask, place_of(mask, one)) === 1);
  await go(page, {image: segments[0].file, overlay: segments[1].file, at: place_of(mask, labelled).join()});
  assert.equal((await told(page)).overlay, `1 (${segments[1].segment.label})`);

  const apart = [0, 1].map((which) => image_of(output, 'two_frames_of_reference', which));
  await go(page, {image: apart[0].file, overlay: apart[1].file});
  assert.match(await page.textContent('#warning'), /Frame of Reference/);
  assert.deepEqual(seen, {elsewhere: [], errors: [], dialogs: 0});
  await context.close();
}

function voxels_of({size: [columns, rows, slices]}) {
  const range = (count) => Array.from({length: count}, (_, i) => i);
  return range(slices).flatMap((k) => range(rows).flatMap((j) => range(columns).map((i) => [i, j, k])));
}

const HOSTILE = ['<img src=x onerror="window.hit=1">', '"quotes" \'and\' `ticks`', '100%25 %zz', 'a#b?c&d=e;f', ' spaces  at both ends ', 'Schädel 頭部 🧠', 'a..%2f..', '</script><script>window.hit=2</script>'
  .replaceAll('/', '∕'), 'a\\b', 'a:b', '__proto__', '\u2028\u202e'];

// A folder whose files, series and studies are called so. No file name holds a slash; descriptions do.
function hostile_folder() {
  const output = `${folder}/hostile`;
  rmSync(output, {recursive: true, force: true});
  cpSync(`${folder}/nii.gz`, output, {recursive: true});
  const volumes = JSON.parse(readFileSync(`${output}/volumes.json`, 'utf8'));
  volumes.volumes = volumes.volumes.slice(0, HOSTILE.length);
  volumes.volumes.forEach((volume, i) => {
    const name = `${HOSTILE[i]}.nii.gz`;
    renameSync(`${output}/${volume.file}`, `${output}/${name}`);
    [volume.file, volume.files, volume.split_reason] = [name, [name], HOSTILE[i]];
  });
  writeFileSync(`${output}/volumes.json`, JSON.stringify(volumes));
  const metadata = JSON.parse(readFileSync(`${output}/dicom-metadata.json`, 'utf8'));
  const attack = `${HOSTILE[0]}</script><script>window.hit=3</script>`;
  for (const study of metadata.studies) {
    Object.assign(study, {StudyDescription: attack, PatientName: attack, PatientID: attack});
    for (const series of study.series) Object.assign(series, {SeriesDescription: attack, Modality: attack, SeriesNumber: attack});
  }
  writeFileSync(`${output}/dicom-metadata.json`, JSON.stringify(metadata));
  return output;
}

async function check_hostile_names(browser) {
  const output = hostile_folder();
  const {page, seen, context} = await open_viewer(browser, await serve(output));
  for (const name of HOSTILE) {
    await go(page, {image: `${name}.nii.gz`});
    assert.equal((await told(page)).value === undefined, false, `${name}: ${await page.textContent('#words')}`);
  }
  assert.equal(await page.locator('#images a').count(), HOSTILE.length);
  await page.locator('#images a').nth(1).click();
  await settled(page);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator('main img, nav img, nav script, main script').count(), 0);
  assert.ok((await page.textContent('#images')).includes(HOSTILE[0]));
  assert.deepEqual(seen, {elsewhere: [], errors: [], dialogs: 0});
  // An address that names no image is told, whatever it says.
  await go(page, {image: '<img src=x onerror="window.hit=4">'});
  assert.match(await page.textContent('#words'), /no such image/i);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  await context.close();
}

// A policy that the page's own script did not need: other scripts and addresses are refused.
async function check_policy(browser) {
  const {page, seen, context} = await open_viewer(browser, await serve(`${folder}/nii.gz`));
  const fetched = await page.evaluate(async () => {
    document.body.insertAdjacentHTML('beforeend', '<img src="http://attack.example/x.png" onerror="window.hit = 1">');
    const script = document.createElement('script');
    script.textContent = 'window.hit = 2';
    document.body.append(script);
    return fetch('http://127.0.0.1:9/').then(() => 'answered', () => 'refused');
  });
  assert.equal(fetched, 'refused');
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.deepEqual(seen.elsewhere, []);
  await context.close();
}

// What is wrong with a file stands in the page; the next image can be chosen.
async function check_faults(browser) {
  const output = `${folder}/broken`;
  rmSync(output, {recursive: true, force: true});
  cpSync(`${folder}/mhd`, output, {recursive: true});
  const of = (name) => image_of(output, name);
  rmSync(`${output}/${of('axial').files[1]}`);
  truncateSync(`${output}/${of('coronal').files[1]}`, 100);
  writeFileSync(`${output}/${of('sagittal').file}`, 'no header at all');
  writeFileSync(`${output}/${of('oblique').file}`, readFileSync(`${output}/${of('oblique').file}`, 'utf8').replace(/ElementDataFile = .*/, 'ElementDataFile = ../../etc/passwd'));
  rmSync(`${output}/${of('doubly_oblique').file}`);
  const {page, context} = await open_viewer(browser, await serve(output));
  for (const [name, words] of [['axial', /not in the folder any more/], ['coronal', /cut off/], ['sagittal', /no ElementDataFile/], ['oblique', /no file of this image/],
    ['doubly_oblique', /not in the folder any more/]]) {
    await go(page, {image: of(name).file});
    assert.equal(await page.getAttribute('#words', 'role'), 'alert', name);
    assert.match(await page.textContent('#words'), words, name);
    assert.equal(await page.textContent('#values'), '', name);
  }
  await page.screenshot({path: `${shots}/fault.png`});
  await go(page, {image: of('prone').file});
  assert.ok((await told(page)).value);
  await context.close();

  const compressed = `${folder}/cut`;
  rmSync(compressed, {recursive: true, force: true});
  cpSync(`${folder}/nii.gz`, compressed, {recursive: true});
  const {file} = image_of(compressed, 'axial');
  truncateSync(`${compressed}/${file}`, readFileSync(`${compressed}/${file}`).length / 2);
  const cut = await open_viewer(browser, await serve(compressed), `?${new URLSearchParams({image: file})}`);
  assert.match(await cut.page.textContent('#words'), /cut off or damaged/);
  await cut.context.close();

  const empty = `${folder}/empty`;
  rmSync(empty, {recursive: true, force: true});
  mkdirSync(empty);
  for (const name of readdirSync(`${folder}/nii`).filter((one) => /^[a-z-]+\.json$/.test(one))) cpSync(`${folder}/nii/${name}`, `${empty}/${name}`);
  writeFileSync(`${empty}/volumes.json`, '{"schema": "urn:dcmflow:schema:volumes:1", "volumes": []}');
  const none = await open_viewer(browser, await serve(empty));
  assert.match(await none.page.textContent('#words'), /no images here/);
  await none.context.close();
}

async function check_no_webgl() {
  const browser = await open_browser(chromium, {from_server: true, webgl: false});
  try {
    const {page, context} = await open_viewer(browser, await serve(`${folder}/nii.gz`));
    assert.match(await page.textContent('#words'), /WebGL2/);
    assert.ok(await page.locator('#images a').count() > 100);
    await page.locator('#images a').nth(3).click();
    assert.match(await page.textContent('#words'), /WebGL2/);
    assert.deepEqual(await violations(page), []);
    await context.close();
  } finally {
    await browser.close();
  }
}

async function check_looks(browser) {
  const output = `${folder}/nii.gz`;
  const address = await serve(output);
  const query = `?${new URLSearchParams({image: image_of(output, 'doubly_oblique').file})}`;
  const looks = {light: {}, dark: {dark: true}, phone: {width: 375, height: 800}, phone_dark: {width: 375, height: 800, dark: true}};
  for (const [name, look] of Object.entries(looks)) {
    const {page, seen, context} = await open_viewer(browser, address, query, look);
    await page.screenshot({path: `${shots}/viewer_${name}.png`});
    assert.deepEqual(await violations(page), [], `accessibility, ${name}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${name} scrolls sideways by ${wide} pixels`);
    assert.deepEqual(seen, {elsewhere: [], errors: [], dialogs: 0}, name);
    await context.close();
  }
}

async function check_keyboard(browser) {
  const output = `${folder}/nii.gz`;
  const {page, seen, context} = await open_viewer(browser, await serve(output));
  await page.fill('#search', 'nothing is called so');
  assert.equal(await page.locator('#images li:visible').count(), 0);
  const {file, series} = image_of(output, 'axial');
  await page.fill('#search', series);
  assert.equal(await page.locator('#images li:visible').count(), 1);
  await page.press('#search', 'Tab');
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal(new URL(page.url()).searchParams.get('image'), file);
  assert.equal(await page.getAttribute('#images a[aria-current]', 'title'), file);
  const before = (await told(page)).place;
  await page.hover('#picture');
  await page.focus('#picture');
  for (const key of ['ArrowRight', 'ArrowRight', 'PageUp', 'ArrowUp', 'KeyV', 'KeyI', 'KeyC']) await page.keyboard.press(key);
  const after = (await told(page)).place;
  assert.ok(after[0] > before[0] && after[1] < before[1] && after[2] > before[2], `${before} → ${after}`);
  assert.equal(await page.locator('#marks .plane').count(), 3, 'no key of NiiVue is heard');
  await page.goBack();
  await settled(page);
  assert.notEqual(new URL(page.url()).searchParams.get('image'), file);
  assert.deepEqual(seen, {elsewhere: [], errors: [], dialogs: 0});
  await context.close();
}

const checks = [check_formats, check_planes, check_volumes, check_overlays, check_hostile_names, check_policy, check_faults, check_keyboard, check_looks];
const asked = process.argv[6];
const browser = await open_browser(chromium, {from_server: true});
try {
  assert.ok(FORMATS.every((format) => existsSync(`${folder}/${format}/volumes.json`)));
  for (const check of checks.filter((one) => !asked || one.name === asked)) {
    await check(browser);
    console.log(`${check.name}: holds`);
  }
} finally {
  await browser.close();
  try {
    if (!process.exitCode && !asked) await check_no_webgl();
  } finally {
    await Promise.all(serving.map(ended));
  }
}
