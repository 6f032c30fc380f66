// Stands for zarrita in the bundle: dcmflow writes no Zarr, and its codecs are more than half of what NiiVue brings.
export {};
