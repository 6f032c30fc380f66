#!/bin/sh
# Starts the program that stands beside it as NAME.real, by the loader and with the libraries and tables that travel with it.
self=$(readlink -f "$0")
folder=${self%/*}
case $folder in
  *[:\;]*)
    echo "dcmflow: the path of its folder, $folder, has ':' or ';' in it, which loaders take for the end of a path: move it" >&2
    exit 2
    ;;
esac
export DCMDICTPATH="$folder/system/dicom.dic" GCONV_PATH="$folder/system/gconv"
exec "$folder/system/ld-linux-x86-64.so.2" --inhibit-cache --argv0 "$0" --library-path "$folder/system" "$self.real" "$@"
