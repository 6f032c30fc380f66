# A notebook as a script: editors that know cells of "# %%" (VS Code, Spyder, PyCharm, jupytext) run it cell by cell, Python as a whole.
# usage: notebook.py INPUT OUTPUT
# %% [markdown]
# # From DICOM files to arrays
# dcmflow converts the folder, nibabel loads what came out.
# %%
import sys

import dcmflow
import numpy as np

INPUT, OUTPUT = sys.argv[1:3] if len(sys.argv) == 3 else ("INPUT", "OUTPUT")

# %% What is there?
listed = dcmflow.list_series(INPUT)
for series in listed["series"]:
    print(series["SeriesNumber"], series["Modality"], series["verdict"], f"{series['files']} files")

# %% Convert it.
summary = dcmflow.convert(INPUT, OUTPUT, format="nii.gz")
print(summary["status"])
for series in summary["series"]:
    for problem in series["problems"]:
        print(problem["reason"], problem["remedy"])

# %% The images: values, and where they lie.
for volume in dcmflow.read_volumes(OUTPUT):
    array, affine = volume.load()
    centre = affine @ [*(np.array(array.shape[:3]) - 1) / 2, 1]
    print(volume.path.name, array.shape, array.dtype, "centre at", np.round(centre[:3], 1), "mm (RAS)")
    # What volumes.json says of the grid is what the image's header says.
    assert np.allclose(affine, volume.affine, atol=1e-3)
