"""What a sandbox shows as its root: Debian trees and package sets, made from recipes and locks kept here."""
