import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { followEvents, signInNeeded } from './api.ts'
import { followLinks, usePlace } from './navigation.ts'
import type { Place } from './paths.ts'
import { HomeScreen } from './screens/home.tsx'
import { StartScreen } from './screens/start.tsx'
import { Shell } from './shell.tsx'
import { SignIn } from './sign-in.tsx'

const CveScreen = lazy(async () => ({ default: (await import('./screens/cve.tsx')).CveScreen }))
const WhereScreen = lazy(async () => ({ default: (await import('./screens/where.tsx')).WhereScreen }))
const ImagesScreen = lazy(async () => ({ default: (await import('./screens/images.tsx')).ImagesScreen }))
const ImageScreen = lazy(async () => ({ default: (await import('./screens/image.tsx')).ImageScreen }))
const AdvisoriesScreen = lazy(async () => ({
  default: (await import('./screens/advisories.tsx')).AdvisoriesScreen,
}))
const AdvisoryScreen = lazy(async () => ({
  default: (await import('./screens/advisories.tsx')).AdvisoryScreen,
}))
const AdvisoryNewScreen = lazy(async () => ({
  default: (await import('./screens/advisory-new.tsx')).AdvisoryNewScreen,
}))
const ClustersScreen = lazy(async () => ({
  default: (await import('./screens/clusters.tsx')).ClustersScreen,
}))

/** A slow answer gets no focus any more: the person may be elsewhere by then. */
const headingWaitMs = 5000

export function App() {
  const place = usePlace()
  const mustSignIn = signInNeeded.use()
  const main = useRef<HTMLElement>(null)
  const [announced, setAnnounced] = useState('')
  useEffect(followLinks, [])
  useEffect(() => (mustSignIn ? undefined : followEvents()), [mustSignIn])
  const address = `${place.screen} ${place.id}`
  const first = useRef(true)
  useEffect(() => {
    // The first page keeps the browser's own focus; after a navigation the heading of the new screen gets it, as soon as
    // the screen is there: a screen that loads has no heading yet.
    const navigated = !first.current
    first.current = false
    const until = Date.now() + headingWaitMs
    const timer = window.setInterval(() => {
      const heading = main.current?.querySelector('h1')
      if (!heading && Date.now() < until) return
      window.clearInterval(timer)
      document.title = heading?.textContent ? `${heading.textContent} · Allclear` : 'Allclear'
      if (!navigated || !heading) return
      heading.setAttribute('tabindex', '-1')
      heading.focus({ preventScroll: true })
      setAnnounced(heading.textContent ?? '')
    }, 30)
    return () => window.clearInterval(timer)
  }, [address])
  if (mustSignIn) return <SignIn onDone={() => signInNeeded.set(false)} />
  return (
    <Shell place={place}>
      <main id="main" ref={main}>
        {/* A key for each screen: without it the old one stays hidden in the page while the new one loads. */}
        <Suspense key={place.screen} fallback={<p className="meta">Loading …</p>}>
          <Screen place={place} />
        </Suspense>
      </main>
      <p className="visually-hidden" role="status">
        {announced}
      </p>
    </Shell>
  )
}

function Screen({ place }: { place: Place }) {
  switch (place.screen) {
    case 'home':
      return <HomeScreen />
    case 'start':
      return <StartScreen />
    case 'where':
      return <WhereScreen search={place.search} />
    case 'cve':
      return <CveScreen id={place.id} search={place.search} />
    case 'images':
      return <ImagesScreen search={place.search} />
    case 'image':
      return <ImageScreen id={place.id} search={place.search} />
    case 'clusters':
      return <ClustersScreen />
    case 'advisories':
      return <AdvisoriesScreen search={place.search} />
    case 'advisory':
      return <AdvisoryScreen id={place.id} />
    case 'advisoryNew':
      return <AdvisoryNewScreen search={place.search} />
    case 'missing':
      return (
        <>
          <h1>No such page</h1>
          <p>
            Nothing is at this address. <a href="/">Go to the start</a>, or press <kbd>/</kbd> and ask.
          </p>
        </>
      )
  }
}
