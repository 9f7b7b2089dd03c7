"""A small store that speaks as much S3 as is asked of one: objects, ranges, lists, uploads in parts. Keys are taken as
they come; what signs a request is not looked at."""

import re
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

LIST = "<ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>"
ONE = "<Contents><Key>{}</Key><LastModified>{}</LastModified><Size>{}</Size><ETag>&quot;x&quot;</ETag></Contents>"


class Handler(BaseHTTPRequestHandler):
    """One request to the bucket "files"."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def _asked(self):
        url = urlsplit(self.path)
        key = unquote(url.path).removeprefix("/files").lstrip("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, key, self.headers.get("Range")))
        return key, parse_qs(url.query, keep_blank_values=True), body

    def _answer(self, status, body=b"", **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(headers.pop("length", len(body))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refused(self):
        if self.server.refuses:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        return self.server.refuses

    def do_PUT(self):
        key, query, body = self._asked()
        if self._refused():
            return
        if "uploadId" in query:
            self.server.parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
        else:
            spoils = self.server.spoils
            self.server.objects[key] = body[::-1] if spoils and spoils in key else body
        self._answer(200, ETag='"x"')

    def do_POST(self):
        key, query, body = self._asked()
        if "uploads" in query:
            self.server.parts["1"] = {}
            self._answer(200, b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
        elif "delete" in query:
            gone = re.findall(r"<Key>([^<]*)</Key>", body.decode())
            for each in gone:
                self.server.objects.pop(each, None)
            said = "".join(f"<Deleted><Key>{each}</Key></Deleted>" for each in gone)
            self._answer(200, f"<DeleteResult>{said}</DeleteResult>".encode())
        else:
            parts = self.server.parts.pop(query["uploadId"][0])
            self.server.objects[key] = b"".join(parts[number] for number in sorted(parts))
            self._answer(200, b"<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")

    def do_DELETE(self):
        key, _query, _body = self._asked()
        self.server.objects.pop(key, None)
        self._answer(204)

    def do_GET(self):
        key, query, _body = self._asked()
        if self._refused():
            return
        if "list-type" in query:
            prefix = query.get("prefix", [""])[0]
            found = sorted((name, data) for name, data in self.server.objects.items() if name.startswith(prefix))
            said = [ONE.format(escape(name), self.server.at, len(data)) for name, data in found]
            self._answer(200, LIST.format("".join(said)).encode())
            return
        whole = self.server.objects.get(key)
        if whole is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        told = {"ETag": '"x"', "Last_Modified": formatdate(0, usegmt=True)}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
        if self.command == "HEAD":
            self._answer(200, length=len(whole), **told)
        elif asked:
            first, last = int(asked[1]), min(int(asked[2]), len(whole) - 1)
            told["Content_Range"] = f"bytes {first}-{last}/{len(whole)}"
            self._answer(206, whole[first : last + 1], **told)
        else:
            self._answer(200, whole, **told)

    def do_HEAD(self):
        self.do_GET()


def serve():
    """A server on a free port, at work; ``objects`` is what it holds, ``asked`` what it was asked for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.objects, server.parts, server.asked, server.refuses = {}, {}, [], False
    server.spoils = None  # what is in the names of files that it does not keep as they came
    server.at = "2020-01-01T00:00:00.000Z"
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
