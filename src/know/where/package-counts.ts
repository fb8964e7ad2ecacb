import { type Reach, running } from './reach.ts'

/** By place in `reach.packages`. */
export interface PackageCounts {
  /** Images of the answer that contain the package version, those of them that run, and the pods of these. */
  images: Uint32Array
  runningImages: Uint32Array
  pods: Float64Array
}

export function countPackages(reach: Reach): PackageCounts {
  const { packages, hasImage, imageState, imagePods } = reach
  const counts = {
    images: new Uint32Array(packages.length),
    runningImages: new Uint32Array(packages.length),
    pods: new Float64Array(packages.length),
  }
  const { values, starts, counts: lengths } = reach.index.imagesOfPackage
  packages.forEach((packageNo, at) => {
    let images = 0
    let runningImages = 0
    let pods = 0
    const end = starts[packageNo] + lengths[packageNo]
    for (let place = starts[packageNo]; place < end; place++) {
      const image = values[place]
      if (hasImage[image] === 0) continue
      images++
      if (imageState[image] !== running) continue
      runningImages++
      pods += imagePods[image]
    }
    counts.images[at] = images
    counts.runningImages[at] = runningImages
    counts.pods[at] = pods
  })
  return counts
}
