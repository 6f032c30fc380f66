#!/usr/bin/env bash
# Makes an installed tree run anywhere: puts what its programs load beside them, in lib/dcmflow/system, and a launcher in the place of
# each program. What is taken: the libraries with loader and libc, libc's tables of character sets (iconv opens them by name), DCMTK's
# dictionary, and the licences of their packages.
# usage: docker/packaging/add_libraries.sh TREE
set -euo pipefail
[[ $# -eq 1 && -d $1/lib/dcmflow ]] || { sed -n '2,/^set/ s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$1/lib/dcmflow
system=$programs/system
licences=$1/share/doc/dcmflow/libraries
libraries_of_libc=/usr/lib/$(gcc -print-multiarch)
mkdir -p "$system" "$licences"

is_elf() { [[ $(head -c 4 "$1" | tr -d '\0') == $'\x7fELF' ]]; }

# The package that a file is of; its path may lead through a link of /lib.
package_of() {
  local path
  for path in "$1" "$(realpath "$1")" "/usr$1" "${1#/usr}"; do
    if dpkg-query --search "$path" 2>/dev/null | head -1 | cut -d: -f1 | grep .; then return; fi
  done
  echo "add_libraries: $1 is of no package" >&2
  return 1
}

taken=()
take() { cp --dereference --recursive "$1" "$system/" && taken+=("$1"); }

elves=()
for file in "$programs"/*; do
  if [[ -f $file ]] && is_elf "$file"; then elves+=("$file"); fi
done
missing=$(ldd "${elves[@]}" | grep 'not found' || true)
[[ -z $missing ]] || { echo "add_libraries: $missing" >&2; exit 1; }
while read -r library; do take "$library"; done < <(ldd "${elves[@]}" | grep -oE '/[^ :]+ \(0x' | sed 's/ (0x//' | sort -u)
take "$libraries_of_libc/gconv"
dictionary=$(dpkg-query --listfiles libdcmtk17 | grep '/dicom\.dic$')
take "$dictionary"

for file in "${taken[@]}"; do package_of "$file"; done | sort -u |
  while read -r package; do
    cp --dereference "/usr/share/doc/$package/copyright" "$licences/$package"
    dpkg-query --show --showformat='${Package} ${Version}, source ${source:Package} ${source:Version}\n' "$package:$(dpkg --print-architecture)"
  done >"$licences/packages.txt"

for file in "${elves[@]}"; do
  [[ $file != *.so ]] || continue
  mv "$file" "$file.real"
  install -m 755 "$here/launcher.sh" "$file"
done
