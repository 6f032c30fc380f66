// The canvas: what NiiVue draws, in LPS. NiiVue is handed voxels in memory alone and asks for nothing.
import {Niivue, NVImage, SLICE_TYPE} from '@niivue/niivue';
import {make} from 'page/elements.js';
import {Unreadable} from './image.js';
import {draw_world_planes} from './world_planes.js';

export const VIEWS = {
  planes: ['three planes', SLICE_TYPE.MULTIPLANAR],
  axial: ['axial', SLICE_TYPE.AXIAL],
  coronal: ['coronal', SLICE_TYPE.CORONAL],
  sagittal: ['sagittal', SLICE_TYPE.SAGITTAL],
  render: ['3-D', SLICE_TYPE.RENDER],
};

// Colours that are told apart by those who see no red or green too (Okabe and Ito), in turn.
const LABEL_COLOURS = [[230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [0, 114, 178], [213, 94, 0], [204, 121, 167]];

const LARGEST_ZOOM = 32;

// What lies at the edges of a plane in world space, as radiologists look at it: left, right, top, bottom. And the axis across it.
const EDGES = {[SLICE_TYPE.AXIAL]: 'RLAP', [SLICE_TYPE.CORONAL]: 'RLSI', [SLICE_TYPE.SAGITTAL]: 'APSI'};
const ACROSS = {[SLICE_TYPE.AXIAL]: 2, [SLICE_TYPE.CORONAL]: 1, [SLICE_TYPE.SAGITTAL]: 0};
const SIDES = ['left', 'right', 'top', 'bottom'];

function label_map(labels) {
  const colour = (label, channel) => label === 0 ? 0 : LABEL_COLOURS[(label - 1) % LABEL_COLOURS.length][channel];
  const [R, G, B] = [0, 1, 2].map((channel) => labels.map((label) => colour(label, channel)));
  return {R, G, B, A: labels.map((label) => label === 0 ? 0 : 255), I: labels, labels: labels.map(String)};
}

function marked_plane(edges, left, top, width, height, is_placed) {
  const plane = make('div', {class: 'plane'}, make('i', {class: 'across'}), make('i', {class: 'along'}),
    is_placed ? SIDES.map((side, i) => (height < (i < 2 ? 22 : 60) ? null : make('span', {class: side}, edges[i]))) : null);
  Object.assign(plane.style, {left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`});
  return plane;
}

function flip([x, y, z]) {
  return [-x, -y, z];  // LPS ↔ RAS
}

// The first volume of an image. NiiVue is handed one at a time: it loses its way in volumes of colour.
async function volume_of(image, options) {
  const volume = await NVImage.loadFromUrl({url: image.nifti(0), name: 'image.nii', trustCalMinMax: false, ...options});
  image.share_voxels(volume.img);
  return volume;
}

export class Picture {
  // Throws where there is no WebGL2. `marks`: an element over the canvas. `on_place()` when the cross or the volume moved, `on_window(low, high)` when a drag changed the window.
  static async open(canvas, marks, on_place, on_window) {
    const picture = new Picture();
    picture.niivue = new Niivue({
      isRadiologicalConvention: true, isSliceMM: true, sliceType: SLICE_TYPE.MULTIPLANAR, multiplanarShowRender: 0, sagittalNoseLeft: true,
      isOrientationTextVisible: false, crosshairWidth: 0, crosshairWidthUnit: 'mm', crosshairColor: [0.35, 0.66, 1, 0.8], tileMargin: 6, show3Dcrosshair: true,
      dragAndDropEnabled: false, loadingText: '', logLevel: 'silent',
    });
    picture.marks = marks;

    picture.niivue.onLocationChange = () => on_place();
    picture.niivue.onIntensityChange = (volume) => on_window(volume.cal_min, volume.cal_max);
    await picture.niivue.attachToCanvas(canvas);
    draw_world_planes(picture.niivue, () => flip(picture.place));
    const draw = picture.niivue.drawScene.bind(picture.niivue);
    picture.niivue.drawScene = () => {
      draw();
      picture.draw_marks();
    };
    return picture;
  }

  // The window that was taken: `window` or, where it is null, 2–98 % of the values.
  async show(image, window) {
    this.clear();
    const largest = this.niivue.uiData.max3D ?? 2048;
    if (Math.max(...image.size) > largest) throw new Unreadable(`A side of ${Math.max(...image.size)} voxels is more than the ${largest} that this graphics card takes.`);
    const volume = await volume_of(image, {colormap: 'gray', ...(window ? {cal_min: window[0], cal_max: window[1]} : {})});
    const niivue = this.niivue;
    const lengths = [0, 1, 2].map((axis) => Math.hypot(...image.matrix.map((row) => row[axis])));
    this.step = Math.min(...lengths);
    this.longest = Math.max(...lengths.map((length, axis) => length * image.size[axis]));
    this.is_placed = image.placed;
    niivue.addVolume(volume);
    this.volume = 0;
    this.robust = [volume.robust_min, volume.robust_max];
    this.reset();
    return [volume.cal_min, volume.cal_max];
  }

  clear() {
    for (const volume of [...this.niivue.volumes].reverse()) this.niivue.removeVolume(volume);
    this.niivue.drawScene();
  }

  // `labels`: of Image.labels(); null shows values in a warm map, of which the lowest are clear.
  async overlay(image, labels, opacity) {
    this.remove_overlay();
    const volume = await volume_of(image, labels ? {opacity} : {colormap: 'warm', opacity});
    if (labels) {
      volume.cal_min = 0;
      volume.cal_max = labels[labels.length - 1];
      volume.setColormapLabel(label_map(labels));
    }
    this.niivue.addVolume(volume);
  }

  remove_overlay() {
    for (const volume of this.niivue.volumes.slice(1)) this.niivue.removeVolume(volume);
  }

  set_opacity(opacity) {
    if (this.niivue.volumes.length > 1) this.niivue.setOpacity(1, opacity);
  }

  set_window(low, high) {
    const [volume] = this.niivue.volumes;
    volume.cal_min = low;
    volume.cal_max = high;
    this.niivue.updateGLVolume();
  }

  // From 0, of the image that is shown.
  set_volume(image, index) {
    this.volume = index;
    this.niivue.volumes[0].img.set(image.volume(index));
    this.niivue.updateGLVolume();
  }

  set_view(name) {
    this.niivue.setCrosshairWidth(name === 'render' ? this.longest / 200 : 0);
    this.niivue.setSliceType(VIEWS[name][1]);
  }

  // Of the cross: LPS, mm.
  get place() {
    return flip(this.niivue.frac2mm(this.niivue.scene.crosshairPos, 0, true));
  }

  set place(place) {
    const inside = [...this.niivue.mm2frac(flip(place), 0, true)].map((part) => Math.max(0, Math.min(1, part)));
    this.niivue.scene.crosshairPos = inside;
    this.niivue.drawScene();
    this.niivue.createOnLocationChange();
  }

  // `count` slices on, in the plane that is drawn at a point of the canvas; whether there is one.
  turn(x, y, count) {
    const pixel = this.niivue.uiData.dpr || 1;
    const plane = this.niivue.screenSlices.find(({leftTopWidthHeight: [left, top, width, height]}) =>
      x * pixel >= left && x * pixel < left + width && y * pixel >= top && y * pixel < top + height);
    if (!plane || !(plane.axCorSag in ACROSS)) return false;
    this.place = this.place.map((value, axis) => (axis === ACROSS[plane.axCorSag] ? value + count * this.step : value));
    return true;
  }

  // Larger at the cross, which keeps its place.
  zoom(factor) {
    const [x, y, z, old] = this.niivue.scene.pan2Dxyzmm;
    const zoom = Math.max(1, Math.min(LARGEST_ZOOM, old * factor));
    const cross = flip(this.place);
    this.niivue.setPan2Dxyzmm(zoom === 1 ? [0, 0, 0, 1] : [...[x, y, z].map((pan, i) => pan + (old - zoom) * cross[i]), zoom]);
  }

  // Letters that are to be read on bright voxels too, and a cross that no voxel hides: NiiVue's own are neither.
  draw_marks() {
    const planes = this.niivue.volumes.length > 0 ? this.niivue.screenSlices.filter((one) => EDGES[one.axCorSag]) : [];
    const pixel = this.niivue.uiData.dpr || 1;
    const boxes = planes.map(({axCorSag, leftTopWidthHeight}) => [EDGES[axCorSag], ...leftTopWidthHeight.map((length) => Math.round(length / pixel))]);
    if (boxes.join(';') !== this.boxes) {
      this.boxes = boxes.join(';');
      this.marks.replaceChildren(...boxes.map((box) => marked_plane(...box, this.is_placed)));
    }
    planes.forEach(({axCorSag}, i) => {
      const at = this.niivue.frac2canvasPosWithTile(this.niivue.scene.crosshairPos, axCorSag)?.pos;
      if (!at) return;
      this.marks.children[i].style.setProperty('--x', `${at[0] / pixel - boxes[i][1]}px`);
      this.marks.children[i].style.setProperty('--y', `${at[1] / pixel - boxes[i][2]}px`);
    });
  }

  reset() {
    this.niivue.scene.crosshairPos = [0.5, 0.5, 0.5];
    this.niivue.setPan2Dxyzmm([0, 0, 0, 1]);
    this.niivue.createOnLocationChange();
  }
}
