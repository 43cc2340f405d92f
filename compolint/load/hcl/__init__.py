"""What the expressions of HCL stand for, as far as the files of Terraform and of Docker's bake tell."""
