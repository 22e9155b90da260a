"""Who a natural person is and how he proves it: password, second factor, lock-out."""
