"""Planted for tools/rules.py: what would leave through the terminal and the log. Never imported."""

import logging
import sys
import traceback

# ok: no-other-log
log = logging.getLogger("kring")
# ruleid: no-other-log
other = logging.getLogger(__name__)
# ruleid: no-other-log
root = logging.getLogger()


def act(request, room, wrong, event):
    # ruleid: nothing-is-printed
    print(request.headers)
    # ruleid: nothing-is-printed
    sys.stderr.write(room.name)
    # ruleid: nothing-is-printed
    traceback.print_exc()
    # ok: nothing-is-printed
    blueprint(room)
    # ruleid: only-listed-events-are-logged
    log.info(request.headers)
    # ruleid: only-listed-events-are-logged
    log.info("room_expired %s", room.id)
    # ruleid: only-listed-events-are-logged
    log.warning(f"refused {request.cookies}")
    # ruleid: only-listed-events-are-logged
    log.exception(wrong)
    # ruleid: only-listed-events-are-logged
    log.error("store_full", exc_info=True)
    # ruleid: only-listed-events-are-logged
    log.info("store_full", extra={"body": request.body})
    # ruleid: only-listed-events-are-logged
    log.log(logging.INFO, event)
    # ruleid: only-listed-events-are-logged
    logging.info("room_expired")
    # ruleid: only-listed-events-are-logged
    logging.getLogger("kring").info(room.id)
    # ok: only-listed-events-are-logged
    log.info("room_expired")
