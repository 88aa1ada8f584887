"""Airbyte protocol messages, and nothing else.

https://docs.airbyte.com/platform/understanding-airbyte/airbyte-protocol
"""
