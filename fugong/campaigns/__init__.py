"""Packs and campaigns (方案包/行动): a programme as a folder of data, and one run of it in one area over one period."""
