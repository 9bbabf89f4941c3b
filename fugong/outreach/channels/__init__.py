"""The ways out of the house. Today: robots of group chats."""
