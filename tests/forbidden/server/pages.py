"""Planted for tools/rules.py: what a page of the server may not do. Never imported."""

import hmac
import os
import subprocess

# ruleid: no-form-parser
import multipart

# ruleid: no-form-parser
from starlette.datastructures import UploadFile

# ok: no-form-parser
from starlette.datastructures import Headers

# ruleid: no-code-from-text
import pickle

# ok: no-code-from-text
import json

# ruleid: secrets-come-from-the-system
import random

# ruleid: secrets-come-from-the-system
from random import choice

# ok: secrets-come-from-the-system
from random import Random, SystemRandom

# ruleid: markup-is-made-in-one-place
from markupsafe import Markup

# ok: markup-is-made-in-one-place
from server.regions import names


async def page(request, websocket, response, secret, csrf, name):
    # ruleid: no-address-from-the-request
    link = str(request.url)
    # ruleid: no-address-from-the-request
    link = request.base_url
    # ruleid: no-address-from-the-request
    link = request.url_for("seat")
    # ruleid: no-address-from-the-request
    link = "https://" + request.headers["host"]
    # ruleid: no-address-from-the-request
    link = request.headers.get("x-forwarded-host", "")
    # ruleid: no-address-from-the-request
    origin = websocket.url.hostname
    # ok: no-address-from-the-request
    link = assets.url("base.css") + config.origins[0] + redis.url
    # ruleid: no-form-parser
    fields = await request.form()
    # ruleid: no-form-parser
    fields = await request.json()
    # ok: no-form-parser
    fields = await form(request, config)
    # ruleid: no-code-from-text
    eval(name)
    # ruleid: no-code-from-text
    subprocess.run(name, shell=True)
    # ruleid: no-code-from-text
    os.system(name)
    # ruleid: no-code-from-text
    env.from_string(name)
    # ok: no-code-from-text
    subprocess.run(["redis-server", name], check=True)
    # ruleid: secrets-come-from-the-system
    token = "".join(random.choice(name) for _ in name)
    # ruleid: secrets-come-from-the-system
    rng = Random()
    # ok: secrets-come-from-the-system
    rng = SystemRandom()
    # ruleid: secrets-are-compared-in-constant-time
    if csrf == fields["csrf"]:
        return
    # ruleid: secrets-are-compared-in-constant-time
    if visitor.secret != secret:
        return
    # ok: secrets-are-compared-in-constant-time
    if hmac.compare_digest(csrf, fields["csrf"]):
        return
    # ok: secrets-are-compared-in-constant-time
    if room.notice == name:
        return
    # ruleid: a-cookie-is-closed
    response.set_cookie(name, secret, httponly=True, samesite="lax")
    # ruleid: a-cookie-is-closed
    response.set_cookie(name, secret, secure=config.secure, samesite="lax")
    # ruleid: a-cookie-is-closed
    response.set_cookie(name, secret, secure=config.secure, httponly=True)
    # ruleid: a-cookie-is-closed
    response.set_cookie(name, secret, secure=config.secure, httponly=True, samesite="none")
    # ruleid: a-cookie-is-closed
    response.set_cookie(name, secret, secure=False, httponly=True, samesite="lax")
    # ok: a-cookie-is-closed
    response.set_cookie(name, secret, path="/", samesite="lax", secure=config.secure, httponly=True)
    # ruleid: markup-is-made-in-one-place
    html = Markup(name)
    # ruleid: templates-escape
    env = Environment(loader=loader, undefined=StrictUndefined)
    # ruleid: templates-escape
    env = Environment(loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined)
    # ok: templates-escape
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, extensions=[])
    # ruleid: no-fault-is-swallowed
    try:
        link = name
    except:
        link = ""
    # ruleid: no-fault-is-swallowed
    try:
        link = name
    except BaseException:
        link = ""
    # ok: no-fault-is-swallowed
    try:
        link = name
    except BaseException:
        link = ""
        raise
    # ok: no-fault-is-swallowed
    try:
        link = name
    except ValueError:
        link = ""
