"""Organs, posts, appointments, powers in force, and the one door through which every act passes."""
