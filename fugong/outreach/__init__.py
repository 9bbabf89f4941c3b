"""Outreach (通知): what happened reaches the group chats of the areas, through robots, an outbox and a log."""
