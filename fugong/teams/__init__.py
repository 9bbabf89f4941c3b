"""Teams (组团/挂钩联络): command structure, grid teams 1+X, and charges: who answers for which enterprise."""
