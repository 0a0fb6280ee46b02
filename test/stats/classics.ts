/** Fisher's differences of Darwin's crossed and self-fertilized plants (The Design of Experiments, 1935). */
export const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

/** The differences of the two drugs in R's `sleep` data (Student 1908), group 1 less group 2. */
export const sleep = [-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -0.8, -4.6, -1.4];
