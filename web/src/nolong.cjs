// Stands in for the package "long": without it protobuf.js decodes to numbers.
module.exports = null;
