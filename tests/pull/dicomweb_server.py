"""A DICOMweb server of a folder, which does what a test asks for: QIDO-RS and WADO-RS as far as `dcmflow pull` calls them.

The real server is Orthanc (orthanc_test.py); this one answers as no sound server does.
"""

import collections
import http.server
import json
import pathlib
import re
import ssl
import threading
import urllib.parse

import pydicom

BOUNDARY = "b" * 20
Instance = collections.namedtuple("Instance", "study series uid path")


def read_instances(folder):
    """The instances of a folder, in the order of their UIDs; files that are none are left out."""
    found = []
    for path in pathlib.Path(folder).rglob("*"):
        if not path.is_file():
            continue
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True)
            found.append(Instance(header.StudyInstanceUID, header.SeriesInstanceUID, header.SOPInstanceUID, path))
        except (pydicom.errors.InvalidDicomError, AttributeError):
            continue
    return sorted(found)


def multipart(bodies, boundary=BOUNDARY, lengths=True, last=True):
    """An answer of multipart/related."""
    text = b""
    for body in bodies:
        length = f"Content-Length: {len(body)}\r\n" if lengths else ""
        text += f"\r\n--{boundary}\r\nContent-Type: application/dicom\r\n{length}\r\n".encode() + body
    return text + (f"\r\n--{boundary}--\r\n".encode() if last else b"")


def row(**values):
    """One object of a list: DICOM JSON."""
    tags = {"study": ("0020000D", "UI"), "series": ("0020000E", "UI"), "instance": ("00080018", "UI"), "count": ("00201209", "IS"),
            "name": ("00100010", "PN")}
    return {tags[key][0]: {"vr": tags[key][1], "Value": [value]} for key, value in values.items()}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        path = url.path.removeprefix("/dicom-web/")
        query = dict(urllib.parse.parse_qsl(url.query))
        with self.server.lock:
            self.server.asked.append((path, dict(self.headers)))
        try:
            if self.server.fault is None or not self.server.fault(self, path, query):
                self.answer(path, query)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, path, query):
        parts = path.split("/")
        chosen = self.server.instances
        for place, key in ((1, "study"), (3, "series"), (5, "uid")):
            if len(parts) > place:
                chosen = [one for one in chosen if getattr(one, key) == parts[place]]
        if parts[-1] == "studies":
            self.send_list([row(study=uid, name="Hidden^Patient") for uid in dict.fromkeys(one.study for one in chosen)], query)
        elif parts[-1] == "series":
            counts = collections.Counter(one.series for one in chosen)
            self.send_list([row(study=parts[1], series=uid, count=count) for uid, count in counts.items()], query)
        elif parts[-1] == "instances":
            self.send_list([row(study=one.study, series=one.series, instance=one.uid) for one in chosen], query)
        elif chosen:
            self.send_instances(one.path.read_bytes() for one in chosen)
        else:
            self.send_bytes(404, "text/plain", b"Hidden^Patient is not here")

    def send_list(self, rows, query):
        rows = rows[int(query["offset"]):][:min(int(query["limit"]), self.server.most_rows)]
        self.send_bytes(200, "application/dicom+json", json.dumps(rows).encode())

    def send_instances(self, bodies, **how):
        self.send_stream(multipart(bodies, **how))

    def send_bytes(self, status, kind, body, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self, kind=f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'):
        """As Orthanc does it: no length, and the end of the connection is the end of the answer."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()

    def send_stream(self, body, **how):
        self.begin_stream(**how)
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    """Answers from its construction to close()."""
    daemon_threads = True

    def __init__(self, folder, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.instances = read_instances(folder)
        self.asked = []
        self.fault = None  # called with handler, path and query; true: it has answered
        self.most_rows = 10**6
        self.lock = threading.Lock()
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_address[1]}/dicom-web"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a client that went away, or trusts nobody here

    def retrieved(self):
        """The paths of WADO-RS that were asked for."""
        return [path for path, _ in self.asked if re.search(r"(series|instances)/[^/]+$", path)]

    def forget(self):
        self.asked.clear()
        self.fault = None

    def close(self):
        self.shutdown()
        self.server_close()
