"""What an administrator sets for one server process: command line, ``JAM_*`` environment, defaults.

Read once by the composition root (``jam.compose``) and passed down; nothing else reads the environment.
Secrets are ``SecretStr``, so that no log line, traceback or ``repr`` ever shows one.
"""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """Settings of ``jam serve``. Every field can be given as ``JAM_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="JAM_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    database: SecretStr = Field(
        SecretStr("sqlite:///jam.db"),
        description="Database URL: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    redis: SecretStr | None = Field(
        None, description="Redis URL for wake-ups between nodes; without it one process serves all."
    )
    base_url: str | None = Field(
        None, description="The address people type, such as https://jam.example.org; default: host and port."
    )
    organisation: str = Field("Our organisation", description="Who runs the jams, as shown to everyone.")
    log_level: str = Field("info", description="debug, info, warning or error.")
