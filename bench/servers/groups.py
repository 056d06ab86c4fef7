"""Django Channels with its in-memory layer, a group for each room; run by daphne."""

from __future__ import annotations

from urllib.parse import parse_qs

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["channels"],
    LOGGING_CONFIG=None,
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402


@csrf_exempt
async def publish(request):
    message = {"type": "told", "text": request.body.decode()}
    await get_channel_layer().group_send("r" + request.GET["room"], message)
    return HttpResponse(status=202)


class Member(AsyncWebsocketConsumer):
    async def connect(self):
        self.room = "r" + parse_qs(self.scope["query_string"].decode())["room"][0]
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def told(self, event):
        await self.send(text_data=event["text"])


urlpatterns = [path("pub", publish)]
application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("ws", Member.as_asgi())])}
)
