"""Missing outcomes by assumption: conditional means with the jackknife, and multiple imputation."""
