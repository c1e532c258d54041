"""From a Plan and a View to figures with the rows behind them. It takes the View and passes Series to insights."""
