"""A provider of points over real HTTP that is slow, stumbles, repeats itself and lies, by the units it is asked for."""

import asyncio
import socket
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HONEST, SLOW, BROKEN, MORE, OTHER, REPEATED, DECLINED, GARBLED = range(100, 108)
PATIENCE_S, SLOW_S = 2.0, 3.0


class SimulatedProvider:
    """`books`: units by transaction, as it tells them; `asked`: how often it was asked for each order."""

    def __init__(self):
        self.books, self.answers, self.asked = {}, {}, {}
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}/purchases"
        app = Starlette(routes=[Route("/purchases", self.take, methods=["POST"])])
        self.server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=5))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]})
        self.thread.start()

    def stop(self):
        self.server.should_exit = True
        self.thread.join()

    async def take(self, request):
        body = await request.json()
        order, units = body["order"], body["units"]
        assert request.headers["idempotency-key"] == order
        count = self.asked[order] = self.asked.get(order, 0) + 1
        if units == DECLINED:
            return Response(status_code=422)
        if units == BROKEN and count == 1:
            return Response(status_code=500)
        answer = self.answers.setdefault(order, self._answer(order, units))
        self.books[answer["transaction"]] = answer["units"]
        if units == SLOW and count == 1:
            await asyncio.sleep(SLOW_S)  # it took them, and nobody waits for its answer
        return Response(b"{", status_code=200) if units == GARBLED and count == 1 else JSONResponse(answer)

    def _answer(self, order, units):
        told = {"order": order, "transaction": f"T-{units}", "units": units}
        lies = {MORE: {"units": units + 1}, OTHER: {"order": "another"}, REPEATED: {"transaction": f"T-{HONEST}"}}
        return told | lies.get(units, {})
