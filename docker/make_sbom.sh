#!/bin/sh
# The Debian packages of the image and the program, as SPDX 2.3 JSON on stdout. Runs inside the image while it is built.
# usage: make_sbom.sh VERSION REVISION CREATED
set -eu

dpkg-query --show --showformat='${Package}\t${Version}\t${Architecture}\n' |
  awk -F '\t' -v version="$1" -v revision="$2" -v created="$3" '
    function package(id, name, version, purl) {
      printf "%s\n    {\"SPDXID\": \"SPDXRef-%s\", \"name\": \"%s\", \"versionInfo\": \"%s\", ", separator, id, name, version
      printf "\"downloadLocation\": \"NOASSERTION\", \"filesAnalyzed\": false, \"externalRefs\": [{\"referenceCategory\": "
      printf "\"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"%s\"}]}", purl
      separator = ","
    }
    BEGIN {
      printf "{\n  \"spdxVersion\": \"SPDX-2.3\", \"dataLicense\": \"CC0-1.0\", \"SPDXID\": \"SPDXRef-DOCUMENT\",\n"
      printf "  \"name\": \"dcmflow-%s\", \"documentNamespace\": \"urn:dcmflow:sbom:%s:%s\",\n", version, version, revision
      printf "  \"creationInfo\": {\"created\": \"%s\", \"creators\": [\"Tool: dcmflow make_sbom\"]},\n  \"packages\": [", created
      package("dcmflow", "dcmflow", version, "pkg:generic/dcmflow@" version)
    }
    {
      id = $1
      gsub(/[^A-Za-z0-9.-]/, "-", id)
      purl_version = $2
      gsub(/:/, "%3A", purl_version)
      gsub(/\+/, "%2B", purl_version)
      package("deb-" id, $1, $2, "pkg:deb/debian/" $1 "@" purl_version "?arch=" $3 "&distro=bookworm")
      ids[++count] = "SPDXRef-deb-" id
    }
    END {
      printf "\n  ],\n  \"relationships\": [\n    {\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\", "
      printf "\"relatedSpdxElement\": \"SPDXRef-dcmflow\"}"
      for (i = 1; i <= count; ++i)
        printf ",\n    {\"spdxElementId\": \"SPDXRef-dcmflow\", \"relationshipType\": \"DEPENDS_ON\", \"relatedSpdxElement\": \"%s\"}", ids[i]
      printf "\n  ]\n}\n"
    }'
