// Nothing of the checkout's own configuration: a program has none of it.
export default {};
