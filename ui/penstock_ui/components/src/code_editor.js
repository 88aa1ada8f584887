import { shelf } from "./shelf.js"

export default async function (component) {
  const mount = await shelf().library
  return mount(component)
}
