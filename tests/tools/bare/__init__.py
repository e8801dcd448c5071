"""The same form as a bare Django project would have it: what ours is measured beside (bench_leads.py)."""
