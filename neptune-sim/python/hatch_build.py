"""Marks the wheel with the platforms that its program runs on; hatchling takes it for pure Python otherwise."""

import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Platforms(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ['NEPTUNE_SIM_PLATFORMS']}"
