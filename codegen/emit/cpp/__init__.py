"""C++: a header of functions of single elements, a library of loop nests around them, and a module that loads it."""
