"""HTTP that no browser says: each row asserts an answer, and that nothing came of it. Ids as in docs/attacks.md."""

from __future__ import annotations

import re
import time

import pytest

from server.person import Person
from tests.attacks.ground import MARK, Ground, ground, unharmed
from tests.attacks.raw import Line, cookie, request, status
from tests.conftest import Server

CHUNKED = "Transfer-Encoding: chunked"
FORM = "Content-Type: application/x-www-form-urlencoded"
MANY = [f"X-{MARK}-{i}: 1" for i in range(10_000)]
H2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"
UPGRADE = ("Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__")
RANGES = "Range: bytes=" + ",".join(["0-0"] * 3_000)
POST, GET = "POST / HTTP/1.1", "GET /over HTTP/1.1"
SECOND = f"GET /methoden?{MARK} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

# What is sent, and the statuses that are right; 0 is a line that was closed without a word.
SAID: dict[str, tuple[bytes, set[int]]] = {
    "H01 two kinds of length": (request(POST, FORM, CHUNKED, "Content-Length: 4", body=b"0\r\n\r\n" + SECOND), {400}),
    "H02 xchunked": (request(POST, "Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), {400, 501}),
    "H02 chunked, identity": (request(POST, "Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"), {400, 501}),
    "H02 chunked twice": (request(POST, CHUNKED, CHUNKED, body=b"0\r\n\r\n"), {400, 501}),
    "H02 a size that is none": (request(POST, FORM, CHUNKED, body=b"zz\r\n" + MARK.encode()), {400, 403}),
    "H02 a size below nothing": (request(POST, FORM, CHUNKED, body=b"-1\r\n" + MARK.encode()), {400, 403}),
    "H02 a size with 30 digits": (request(POST, FORM, CHUNKED, body=b"f" * 30 + b"\r\nx"), {400, 403}),
    "H02 a chunk with a long remark": (request(POST, FORM, CHUNKED, body=b"1;" + b"x" * 60_000), {400, 403, 431}),
    "H03 two lengths": (request(POST, "Content-Length: 4", "Content-Length: 5", body=b"x" * 5), {400}),
    "H03 +3": (request(POST, "Content-Length: +3", body=b"x=1"), {400}),
    "H03 -1": (request(POST, "Content-Length: -1"), {400}),
    "H03 30 digits": (request(POST, "Content-Length: " + "9" * 30), {400, 413}),
    "H05 no Host": (request(GET, host=""), {400}),
    "H05 no Host in HTTP/1.0": (request("GET /over HTTP/1.0", host=""), {400}),
    "H05 two Hosts": (request(GET, "Host: evil.example"), {400}),
    "H05 Host with a path": (request(GET, host="127.0.0.1/evil"), {400}),
    "H05 Host with a question": (request(GET, host="127.0.0.1?x="), {400}),
    "H05 Host with userinfo": (request(GET, host="127.0.0.1@evil.example"), {400}),
    "H05 Host with a port that is none": (request(GET, host="127.0.0.1:x"), {400}),
    "H05 foreign Host": (request(GET, host=f"{MARK}.example"), {400}),
    "H05 Host with ours in front": (request(GET, host="127.0.0.1.evil.example"), {400}),
    "H05 Host with a dot behind": (request(GET, host="localhost."), {400}),
    "H05 foreign Host for a socket": (
        request("GET /r/x/live HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", host="evil.example"),
        {400, 426},
    ),
    "H07 10,000 headers": (request(GET, *MANY), {0, 431}),
    "H07 101 headers": (request(GET, *MANY[:100]), {431}),
    "H07 one header of 20 kB": (request(GET, f"X-Long: {MARK}" + "x" * 20_000), {431}),
    "H07 a URL of 64 kB": (request(f"GET /over?{MARK}{'x' * 65_536} HTTP/1.1"), {0, 431}),
    "H09 a body declared as 100 MB": (request(POST, FORM, "Content-Length: 100000000", body=b"x" * 100), {413}),
    "H12 3,000 ranges": (request("GET /s/literata-1.woff2 HTTP/1.1", RANGES), {200}),
    "H13 TRACE": (request("TRACE /over HTTP/1.1"), {405}),
    "H13 CONNECT": (request("CONNECT evil.example:443 HTTP/1.1"), {400, 404, 405}),
    "H13 a whole URL": (request(f"GET http://evil.example/{MARK} HTTP/1.1"), {400, 404}),
    "H14 HTTP/2 at once": (H2, {0, 400, 404, 405}),
    "H14 HTTP/1.0": (request("GET /over HTTP/1.0"), {200}),
    "H14 HTTP/0.9": (b"GET /over\r\n", {0, 400}),
    "H14 h2c": (request(GET, *UPGRADE), {200}),
    "H02 lines that end in LF": (f"GET /over HTTP/1.1\nHost: 127.0.0.1\nX: {MARK}\n\n".encode(), {200, 400}),
    "H02 a folded header": (request(GET, f"X: a\r\n {MARK}"), {200, 400}),
    "H02 a blank before the colon": (request(GET, f"X-A : {MARK}"), {400}),
    "H02 NUL in a header": (request(GET, f"X-A: {MARK}\0"), {400}),
    "H02 bytes that are no text": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 4, {0, 400}),
    "H02 a path of broken UTF-8": (request(f"GET /%ff%fe{MARK} HTTP/1.1"), {404}),
    "H02 a path with dots": (request("GET /s/../../server/app.py HTTP/1.1"), {404}),
    "H02 a path with hidden dots": (request("GET /s/%2e%2e%2f%2e%2e%2fserver%2fapp.py HTTP/1.1"), {404}),
}  # fmt: skip


@pytest.mark.parametrize("row", SAID)
async def test_what_no_browser_says_is_answered_or_refused(place: Ground, row: str) -> None:
    said, right = SAID[row]
    async with unharmed(place), Line(place.port) as line:
        answer = await line.ask(said)
    assert status(answer) in right
    assert answer.count(b"HTTP/1.1 2") <= 1, "a second request was served"
    assert b"evil.example" not in answer


async def test_a_refusal_of_the_wire_is_known_as_ours(place: Ground) -> None:
    """Else a script would take it for a line that is away, and send the same once more."""
    async with Line(place.port) as line:
        answer = await line.ask(request(POST, FORM, "Content-Length: 100000000", body=b"x" * 100))
    assert status(answer) == 413
    assert b"\r\nx-kring: 1\r\n" in answer


async def test_hosts_of_ours_are_answered_and_a_health_check_from_anywhere(place: Ground) -> None:
    for host in ("127.0.0.1", f"127.0.0.1:{place.port}", "localhost", "LOCALHOST", f"[::1]:{place.port}"):
        async with Line(place.port) as line:
            assert status(await line.ask(request(GET, host=host))) == 200, host
    for path in ("/healthz", "/readyz"):
        async with Line(place.port) as line:
            assert status(await line.ask(request(f"GET {path} HTTP/1.1", host="172.17.0.2:8000"))) == 200


async def filled(who: Person, **headers: str) -> tuple[str, bytes, list[str]]:
    """A command that would be obeyed: its path, its body, its headers."""
    csrf = re.search(r'name="csrf" value="([^"]+)"', await who.page())
    assert csrf
    body = f"csrf={csrf[1]}&x=remote".encode()
    own = {"Origin": who.base, "Cookie": cookie(who), "X-Kring": "1", "Content-Type": FORM.split(": ")[1]}
    return f"/r/{who.alias}/do/where", body, [f"{k}: {v}" for k, v in {**own, **headers}.items()]


@pytest.mark.parametrize(
    "verb", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "Post", "POST\t"]
)
async def test_H13_a_command_is_obeyed_by_no_other_method(place: Ground, verb: str) -> None:
    path, body, headers = await filled(place.owen)
    async with unharmed(place), Line(place.port) as line:
        answer = await line.ask(request(f"{verb} {path} HTTP/1.1", *headers, f"Content-Length: {len(body)}", body=body))
    assert status(answer) in ({400} if "\t" in verb else {405})


@pytest.mark.parametrize("row", ["H18 /", "H18 /nieuw", "H18 /taal", "H18 act"])
async def test_a_multipart_form_is_not_read(place: Ground, row: str) -> None:
    path, _, headers = await filled(place.owen, **{"Content-Type": "multipart/form-data; boundary=b"})
    path = path if row == "H18 act" else row.split()[1]
    async with unharmed(place), Line(place.port) as line:  # only the head is sent: the answer comes before any part
        answer = await line.ask(request(f"POST {path} HTTP/1.1", *headers, "Content-Length: 5000"))
    assert status(answer) == 415


FOREIGN = {
    "null": ["null"],
    "another host": ["https://evil.example"],
    "ours in front": ["http://127.0.0.1.evil.example"],
    "another port": ["http://127.0.0.1:1"],
    "another scheme": ["https://127.0.0.1:{port}"],
    "in capitals": ["HTTP://127.0.0.1:{port}"],
    "with a path": ["http://127.0.0.1:{port}/"],
    "two in one": ["http://127.0.0.1:{port} https://evil.example"],
    "ours and another": ["http://127.0.0.1:{port}", "https://evil.example"],
    "absent": [],
}


@pytest.mark.parametrize("row", FOREIGN)
async def test_a_command_from_another_origin_is_refused(place: Ground, row: str) -> None:
    path, body, headers = await filled(place.owen)
    headers = [h for h in headers if not h.startswith("Origin")]
    headers += [f"Origin: {one.format(port=place.port)}" for one in FOREIGN[row]]
    async with unharmed(place), Line(place.port) as line:
        answer = await line.ask(request(f"POST {path} HTTP/1.1", *headers, f"Content-Length: {len(body)}", body=body))
    assert status(answer) == 403


async def test_the_command_that_was_refused_so_often_is_a_good_one(place: Ground) -> None:
    """The control of the tests above: the same bytes with POST and our origin are obeyed."""
    path, body, headers = await filled(place.owen)
    async with Line(place.port) as line:
        answer = await line.ask(request(f"POST {path} HTTP/1.1", *headers, f"Content-Length: {len(body)}", body=body))
    assert status(answer) == 204
    assert (await place.owen.act("where", x="here")).status_code == 204


ADDRESSES = {
    "H10 loopback": "X-Forwarded-For: 127.0.0.1",
    "H10 IPv6 with a port": "X-Forwarded-For: [2001:db8::1]:443",
    "H10 10 kB": "X-Forwarded-For: " + ", ".join(["10.0.0.1"] * 1_000),
    "H10 another header": "Forwarded: for=10.9.9.9",
}


async def test_H10_no_header_gives_a_guesser_another_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = await Server(tmp_path_factory.mktemp("guesser") / "data").start()
    own = [f"Origin: {server.url}", FORM, "Content-Length: 14"]
    seen = []
    async with Line(server.port) as line:
        for i in range(64):
            claims = [*ADDRESSES.values(), f"X-Forwarded-For: 10.1.{i}.1", f"X-Forwarded-For: 10.1.1.{i}"]
            seen.append(
                status(await line.whole(request(POST, *own, claims[i % 4], *claims[4:], body=b"code=2222-2222")))
            )
    server.stop()
    assert seen[:60] == [404] * 60
    assert set(seen[60:]) == {429}


@pytest.mark.long
async def test_H10_a_proxy_that_is_named_may_say_who_asks(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The control: where the host names a proxy, its header counts, so that a school is not one person."""
    server = await Server(tmp_path_factory.mktemp("proxied") / "data", KRING_FORWARDED_ALLOW_IPS="127.0.0.1").start()
    someone = Person(server.url)
    codes = [
        (
            await someone.http.post("/", data={"code": "2222-2222"}, headers={"X-Forwarded-For": f"10.1.{i}.1"})
        ).status_code
        for i in range(64)
    ]
    server.stop()
    assert codes == [404] * 64


async def test_H09_a_body_in_pieces_is_refused_at_16_kB_and_not_read_on(place: Ground) -> None:
    path, _, headers = await filled(place.owen)
    piece = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    async with unharmed(place, flat=True), Line(place.port) as line:
        await line.send(request(f"POST {path} HTTP/1.1", *headers, CHUNKED, body=piece * 2))
        answer = await line.read()
        began, sent = time.monotonic(), 0
        while sent < 100_000_000 and await line.send(piece * 16, 3):
            sent += len(piece) * 16
    assert status(answer) == 413
    assert b"Dit is te lang" in answer, "who pasted too much is told so"
    assert sent < 20_000_000, "what the system holds for a moment, not a hundred"
    assert time.monotonic() - began < 5


async def test_H09_a_body_shorter_than_declared_does_nothing(place: Ground) -> None:
    path, body, headers = await filled(place.owen)
    async with unharmed(place), Line(place.port) as line:
        await line.send(request(f"POST {path} HTTP/1.1", *headers, "Content-Length: 400", body=body))
        line.sock.close()  # an honest line that broke looks like this, and is no line in the log
        async with Line(place.port) as another:
            await another.ask(request(GET))


async def test_H09_what_is_behind_a_body_is_not_part_of_it(place: Ground) -> None:
    path, body, headers = await filled(place.owen, **{"Content-Type": "text/plain"})
    async with unharmed(place), Line(place.port) as line:
        await line.send(request(f"POST {path} HTTP/1.1", *headers, "Content-Length: 3", body=body))
        said = await line.all(3)
    assert status(said) == 415
    assert said.count(b"HTTP/1.1 ") == 1
    assert line.ended, "the rest is the head of a request that never came"


async def test_two_hundred_requests_in_one_breath_are_answered_one_by_one(place: Ground) -> None:
    async with unharmed(place, flat=True), Line(place.port) as line:
        await line.send(request("GET /healthz HTTP/1.1") * 200)
        said = b""
        while said.count(b"HTTP/1.1 200") < 200 and (more := await line.read()):
            said += more
    assert said.count(b"HTTP/1.1 200") == 200


async def test_who_loads_a_page_without_end_is_asked_to_wait_and_nobody_else_is(place: Ground) -> None:
    other = await ground(place.server)
    loaded = 0
    while (await other.owen.http.get(f"/r/{other.owen.alias}")).status_code == 200:
        loaded += 1
        assert loaded < 2000
    assert loaded >= 300
    assert (await other.cora.http.get(f"/r/{other.cora.alias}")).status_code == 200


async def test_no_redirect_is_made_of_a_host(place: Ground) -> None:
    async with unharmed(place), Line(place.port) as line:
        answer = await line.ask(request("GET /nieuw/ HTTP/1.1", host="127.0.0.1:1"))
    assert status(answer) == 404
    assert b"\r\nlocation:" not in answer.lower()
