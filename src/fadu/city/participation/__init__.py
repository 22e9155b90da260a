"""公众参与: consultations on a draft, hearings, draws by lot and experts. Facts of their own beside a case."""
