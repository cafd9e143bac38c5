"""The zone in which the town counts its days."""

from zoneinfo import ZoneInfo

TOWN_TIME = ZoneInfo("Asia/Tokyo")
