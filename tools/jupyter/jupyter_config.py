"""What every Jupyter server here does beyond its own defaults; Voilà gets it from voila.py."""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A connection from a browser to a kernel that sends each message at once.

    Otherwise, when messages follow each other, as in *Play* or when a slider is pulled, each short
    one waits up to 40 ms until the browser has acknowledged the one before.
    """

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c = get_config()  # noqa: F821 (Jupyter defines it)
c.ServerApp.kernel_websocket_connection_class = PromptConnection
c.Voila.kernel_websocket_connection_class = PromptConnection
