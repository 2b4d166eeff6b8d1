"""Answers as students write them, right ones and wrong ones, by authors who saw no judge."""
